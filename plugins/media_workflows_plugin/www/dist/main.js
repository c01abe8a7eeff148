import{_ as t}from"./shared-87fTQCJB.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DmW1SMJo.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
