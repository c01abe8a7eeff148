<<<<<<<< HEAD:plugins/media_workflows_plugin/www/dist/DeliveriesPage-COnFqBHo.js
import{j as e,P as i,t as s,D as t}from"./shared-9s7P9chM.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
========
import{j as e,P as i,t as s,D as t}from"./shared-BXXQyCBD.js";function a(){return e.jsxs(e.Fragment,{children:[e.jsx(i,{title:s("deliveries.title")}),e.jsx(t,{})]})}export{a as DeliveriesPage};
>>>>>>>> h-q22:plugins/media_workflows_plugin/www/dist/DeliveriesPage-DI8Pcl7m.js
