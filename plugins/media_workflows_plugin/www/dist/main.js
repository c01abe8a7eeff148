import{_ as t}from"./shared-CJN0NEva.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-UYPaTj-D.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
