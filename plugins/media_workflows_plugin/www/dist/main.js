import{_ as t}from"./shared-D_ue2dt7.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CkoodqGo.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
