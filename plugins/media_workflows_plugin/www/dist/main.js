import{_ as t}from"./shared-JJ9g6dzu.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BNH3_W4N.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
