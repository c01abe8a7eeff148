import{_ as t}from"./shared-D48yLhoD.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DrgvVVUL.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
