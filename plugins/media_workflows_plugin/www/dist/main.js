import{_ as t}from"./shared-BRH5PCb3.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CGKvHVfE.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
