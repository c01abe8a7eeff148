import{_ as t}from"./shared-CikDcoLP.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-f10CgTfS.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
