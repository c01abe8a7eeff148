import{_ as t}from"./shared-Cj_Ymd4R.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CNTbbI9H.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
