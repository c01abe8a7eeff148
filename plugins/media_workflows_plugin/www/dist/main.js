import{_ as t}from"./shared-BJGyoDMV.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-KdWLY_-Q.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
