import{_ as t}from"./shared-y1K7NA6C.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-D7NaHke1.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
