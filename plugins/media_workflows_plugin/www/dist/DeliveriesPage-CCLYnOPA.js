import{j as e,P as i,t as s,E as t}from"./shared-CWUThIUj.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
