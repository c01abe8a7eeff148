import{_ as t}from"./shared-PyBMwNIc.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-NQ2bkHGc.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
