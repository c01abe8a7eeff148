import{_ as t}from"./shared-BeT83FVz.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BvmYHl06.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
