import{_ as t}from"./shared-gzHCfbQb.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DhdkC0iV.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
