import{_ as t}from"./shared-CKTljQZr.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-B2ciRjSP.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
