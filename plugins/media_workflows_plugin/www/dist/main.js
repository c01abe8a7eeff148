import{_ as t}from"./shared-BTNmyDWk.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CgZj-XDE.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
