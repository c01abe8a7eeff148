import{_ as t}from"./shared-Cid62BVW.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-vLqmFY-b.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
