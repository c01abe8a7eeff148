import{_ as t}from"./shared-BC4sYULZ.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BNjSFPjZ.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
