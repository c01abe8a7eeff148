import{_ as t}from"./shared-DXlHovKt.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-C56ZxN0d.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
