import{_ as t}from"./shared-BXXQyCBD.js";const{Media:i}=await t(async()=>{const{Media:a}=await import("./Media-CZ7KCDW_.js");return{Media:a}},[],import.meta.url);Object.assign(globalThis,{Media:i});
