import{_ as t}from"./shared-B8KvmgHF.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CCzDUrII.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
