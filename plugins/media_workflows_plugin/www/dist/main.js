import{_ as t}from"./shared-BiaFAFli.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Dj2DtsoD.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
