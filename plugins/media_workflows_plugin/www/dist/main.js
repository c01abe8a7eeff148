import{_ as t}from"./shared-B51GnfjY.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-O1YVCxOX.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
