import{_ as t}from"./shared-D2U-Zwo1.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CtzS3005.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
