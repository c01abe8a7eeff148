import{_ as t}from"./shared-JFiYSBm9.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Bh3egvMN.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
