import{_ as t}from"./shared-Cr1ikg7_.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-B93Bf7ZQ.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
