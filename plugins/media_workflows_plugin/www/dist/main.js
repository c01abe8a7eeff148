import{_ as t}from"./shared-Co_zYrwD.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-B6f7xDFx.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
