import{_ as t}from"./shared-DSpmg7_0.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Bpa4jxd1.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
