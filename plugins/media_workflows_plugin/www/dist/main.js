import{_ as t}from"./shared-Bz8BjOLY.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-tujho2d5.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
