import{_ as t}from"./shared-CBZYaJvk.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CB8m8uD_.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
