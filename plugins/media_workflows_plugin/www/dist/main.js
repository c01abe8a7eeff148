import{_ as t}from"./shared-BuKcAft2.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-DkBr9lj5.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
