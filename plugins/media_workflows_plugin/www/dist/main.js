import{_ as t}from"./shared-loQPBl2g.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DwlJu-K2.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
