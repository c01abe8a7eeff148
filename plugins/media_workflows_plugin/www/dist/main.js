import{_ as t}from"./shared-BOWjSZup.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BqfSLiJ_.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
