import{_ as t}from"./shared-Co_zYrwD.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-D4wyaJzf.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
