import{_ as t}from"./shared-9s7P9chM.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BD_w6eBi.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
