import type { Random } from "../clock.ts";
import { anyOf, wholeBetween } from "./randomness.ts";

const firstNames = words(
  "Ada Alan Amara Ana Anders Aisha Ben Carlos Chen Clara Daniel Diego Elena Emma Erik Fatima Felix Grace Hana Hassan Ines Ivan Jonas Julia Kofi Lars Leila Linus Lucia Maria Mateo Mei Mila Nadia Noah Olga Omar Priya Rosa Samuel Sofia Tariq Tom Vera Yuki Zoe",
);
const lastNames = words(
  "Adams Ahmed Almeida Andersen Bauer Becker Brown Chen Costa Dubois Eriksen Fischer Fernandes Garcia Gupta Haddad Hansen Ito Ivanova Jensen Jones Kaya Kim Kowalska Larsen Lopez Martin Mensah Meyer Moreau Nakamura Novak Okafor Olsen Patel Petrov Rossi Santos Schmidt Silva Singh Smith Tanaka Weber Wong Young",
);
const cities = words(
  "Amsterdam Athens Berlin Bogota Cairo Dublin Hanoi Helsinki Lagos Lima Lisbon London Madrid Nairobi Oslo Paris Prague Quito Rome Seoul Sydney Tokyo Toronto Vienna Warsaw Zurich",
);
const countries = words(
  "Argentina Australia Austria Brazil Canada Chile Denmark Egypt Finland France Germany Ghana Greece India Ireland Italy Japan Kenya Mexico Nigeria Norway Peru Poland Portugal Spain Sweden Vietnam",
);
const streets = words(
  "Birch Bridge Cedar Church Garden Hill Lake Lime Market Mill Oak Park River School Station Willow",
);
const companyEnds = words("Group Labs Partners Systems Trading Works");
const jobs = words(
  "Accountant Architect Baker Carpenter Designer Developer Electrician Engineer Gardener Librarian Nurse Pilot Teacher Translator",
);
const things = words(
  "Backpack Bicycle Bottle Chair Clock Desk Keyboard Kettle Lamp Mug Notebook Pencil Scarf Shelf Table Wallet",
);
const qualities = words("Bright Compact Elegant Handmade Light Modern Quiet Rugged Simple Small Smooth Sturdy");
const colors = words(
  "amber black blue brown cyan green grey indigo lime magenta orange pink purple red teal white yellow",
);
/** Domains kept free for examples. Source: RFC 2606, section 3. */
const domains = ["example.com", "example.net", "example.org"];

export const loremWords: readonly string[] = words(
  "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute irure in reprehenderit voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit anim id est laborum",
);

function words(text: string): readonly string[] {
  return text.split(" ");
}

function one(random: Random, list: readonly string[]): string {
  return anyOf(random, list) ?? "";
}

/** Version 4, variant 1. Source: RFC 9562, 5.4. */
export function uuid(random: Random): string {
  const digits = Array.from({ length: 32 }, (_, at) => {
    if (at === 12) return "4";
    return wholeBetween(random, at === 16 ? 8 : 0, at === 16 ? 11 : 15).toString(16);
  }).join("");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join("-");
}

export function fullName(random: Random): string {
  return `${one(random, firstNames)} ${one(random, lastNames)}`;
}

function userName(random: Random): string {
  return `${one(random, firstNames)}.${one(random, lastNames)}${wholeBetween(random, 1, 99)}`.toLowerCase();
}

export function email(random: Random): string {
  return `${userName(random)}@${one(random, domains)}`;
}

/** `+1 202-555-0100` to `-0199`, which belong to nobody. */
export function phoneNumber(random: Random): string {
  return `+1-${wholeBetween(random, 201, 989)}-555-01${String(wholeBetween(random, 0, 99)).padStart(2, "0")}`;
}

function sentence(random: Random): string {
  const text = Array.from({ length: wholeBetween(random, 6, 12) }, () => one(random, loremWords)).join(" ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function address(random: Random): string {
  return `${wholeBetween(random, 1, 250)} ${one(random, streets)} Street`;
}

/** What `faker` answers where `@faker-js/faker` is not installed, by the name of that package. */
export const fakeData: Readonly<Record<string, (random: Random) => string | number | boolean>> = {
  "person.fullName": fullName,
  "person.firstName": (random) => one(random, firstNames),
  "person.lastName": (random) => one(random, lastNames),
  "person.jobTitle": (random) => one(random, jobs),
  "internet.email": email,
  "internet.username": userName,
  "internet.domainName": (random) => one(random, domains),
  "internet.url": (random) => `https://${one(random, domains)}/${one(random, loremWords)}`,
  "internet.ip": (random) => `192.0.2.${wholeBetween(random, 1, 254)}`,
  "phone.number": phoneNumber,
  "string.uuid": uuid,
  "company.name": (random) => `${one(random, lastNames)} ${one(random, companyEnds)}`,
  "location.city": (random) => one(random, cities),
  "location.country": (random) => one(random, countries),
  "location.street": (random) => `${one(random, streets)} Street`,
  "location.streetAddress": address,
  "location.zipCode": (random) => String(wholeBetween(random, 10000, 99999)),
  "commerce.productName": (random) => `${one(random, qualities)} ${one(random, things)}`,
  "commerce.price": (random) => (wholeBetween(random, 100, 99999) / 100).toFixed(2),
  "color.human": (random) => one(random, colors),
  "lorem.word": (random) => one(random, loremWords),
  "lorem.sentence": sentence,
  "lorem.paragraph": (random) => Array.from({ length: 4 }, () => sentence(random)).join(" "),
  "datatype.boolean": (random) => random() < 0.5,
  "number.int": (random) => wholeBetween(random, 0, 9999),
};

/** Short names, and names of older versions of that package, by the name they stand for. */
export const fakeNames: Readonly<Record<string, string>> = {
  name: "person.fullName",
  full_name: "person.fullName",
  first_name: "person.firstName",
  firstName: "person.firstName",
  last_name: "person.lastName",
  lastName: "person.lastName",
  job: "person.jobTitle",
  email: "internet.email",
  username: "internet.username",
  user_name: "internet.username",
  "internet.userName": "internet.username",
  domain: "internet.domainName",
  url: "internet.url",
  ip: "internet.ip",
  phone: "phone.number",
  phone_number: "phone.number",
  "phone.phoneNumber": "phone.number",
  uuid: "string.uuid",
  "datatype.uuid": "string.uuid",
  company: "company.name",
  city: "location.city",
  country: "location.country",
  street: "location.street",
  address: "location.streetAddress",
  zip: "location.zipCode",
  product: "commerce.productName",
  price: "commerce.price",
  color: "color.human",
  word: "lorem.word",
  sentence: "lorem.sentence",
  paragraph: "lorem.paragraph",
  text: "lorem.paragraph",
  boolean: "datatype.boolean",
  number: "number.int",
};
