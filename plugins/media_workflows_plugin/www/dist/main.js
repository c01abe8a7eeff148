import{_ as t}from"./shared-CoIRLKbJ.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-BXKECvDF.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
