import{_ as t}from"./shared-A5UZaR4o.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CQ_ds4z3.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
