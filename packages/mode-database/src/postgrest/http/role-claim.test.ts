import { expect, it } from "@jest/globals";
import { createRoleClaim } from "./role-claim.ts";

const claims = {
  role: "web",
  "https://shop.example/role": "shop",
  app: { role: "in_app", roles: ["guest", "app_admin", "app_user"], "odd name": "odd", level: 3 },
};

it.each([
  ["role", "web"],
  ["https://shop.example/role", "shop"],
  [".role", "web"],
  [".app.role", "in_app"],
  ['.app."odd name"', "odd"],
  [".app.roles[1]", "app_admin"],
  ['.app.roles[?(@ == "guest")]', "guest"],
  ['.app.roles[?(@ != "guest")]', "app_admin"],
  ['.app.roles[?(@ ^== "app_u")]', "app_user"],
  ['.app.roles[?(@ ==^ "_admin")]', "app_admin"],
  ['.app.roles[?(@ *== "p_us")]', "app_user"],
  ['.app.roles[?(@ == "none")]', undefined],
  ["$.role", "web"],
  ["$.app.roles[0]", "guest"],
  ["$['app']['odd name']", "odd"],
  ['$["https://shop.example/role"]', "shop"],
  ['$.app.roles[?@ == "app_user"]', "app_user"],
  ["$.app.roles[?(@ != 'guest')]", "app_admin"],
  [".app.level", undefined],
  [".app.roles[7]", undefined],
  [".app.constructor.name", undefined],
  ["constructor", undefined],
  [".nothing.there", undefined],
])("finds the role at %s", (path, role) => {
  expect(createRoleClaim(path)?.(claims)).toBe(role);
});

it.each([".", "$.", ".a.", '.a."b"]', "$[a]", ".a[b]", '.a[?(@ ~ "x")]', '.a[?(@ == "x")].b', ".a b"])(
  "knows no path %s",
  (path) => {
    expect(createRoleClaim(path)).toBeUndefined();
  },
);
