import{_ as t}from"./shared-KD-7t1iL.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BqZJTnc8.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
