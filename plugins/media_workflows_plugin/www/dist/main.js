import{_ as t}from"./shared-CHyP9qZu.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-C-0lqlWc.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
