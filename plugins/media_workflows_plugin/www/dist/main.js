import{_ as t}from"./shared-DAUBudqG.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-Cl8ONM8J.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
