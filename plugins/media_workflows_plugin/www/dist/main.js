import{_ as t}from"./shared-DSwqDZP_.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DN3UYdkI.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
