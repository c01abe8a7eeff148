import{_ as t}from"./shared-CL1M5M5b.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DNP9L5CA.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
