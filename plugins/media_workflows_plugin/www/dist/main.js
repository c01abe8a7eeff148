import{_ as t}from"./shared-DpSNwScC.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-B6PxO0I4.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
