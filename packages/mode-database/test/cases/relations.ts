import { expect } from "@jest/globals";
import type { HttpCase } from "./http-case.ts";
import { problem } from "./http-case.ts";

export const relationCases: readonly HttpCase[] = [
  {
    request: "GET /projects?select=id,clients(name)&id=in.(1,5)&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, clients: { name: "Microsoft" } },
        { id: 5, clients: null },
      ],
    },
  },
  {
    request: "GET /projects?select=id,client:clients(*)&id=eq.1",
    expected: { status: 200, json: [{ id: 1, client: { id: 1, name: "Microsoft" } }] },
  },
  {
    request: "GET /projects?select=client_id(name)&id=eq.1",
    expected: { status: 200, json: [{ client_id: { name: "Microsoft" } }] },
  },
  {
    request: "GET /projects?select=projects_client_id_fkey(name)&id=eq.1",
    expected: { status: 200, json: [{ projects_client_id_fkey: { name: "Microsoft" } }] },
  },
  {
    request:
      "GET /clients?select=name,projects(id,tasks(title))&id=eq.1&projects.order=id&projects.tasks.order=id.desc",
    expected: {
      status: 200,
      json: [
        {
          name: "Microsoft",
          projects: [
            { id: 1, tasks: [{ title: "Code w7" }, { title: "Design w7" }] },
            { id: 2, tasks: [{ title: "Code w10" }, { title: "Design w10" }] },
          ],
        },
      ],
    },
  },
  {
    request: "GET /clients?select=id,projects(id)&projects.id=gt.2&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, projects: [] },
        { id: 2, projects: [{ id: 3 }, { id: 4 }] },
      ],
    },
  },
  {
    request: "GET /clients?select=id,projects!inner(id)&projects.id=gt.2&order=id",
    headers: { prefer: "count=exact" },
    expected: {
      status: 200,
      json: [{ id: 2, projects: [{ id: 3 }, { id: 4 }] }],
      headers: { "content-range": "0-0/1" },
    },
  },
  {
    request: "GET /clients?select=id,p:projects(id)&p.limit=1&p.offset=1&p.order=id&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, p: [{ id: 2 }] },
        { id: 2, p: [{ id: 4 }] },
      ],
    },
  },
  {
    request: "GET /projects?select=id,...clients(client:name)&id=lte.3&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, client: "Microsoft" },
        { id: 2, client: "Microsoft" },
        { id: 3, client: "Apple" },
      ],
    },
  },
  {
    request: "GET /projects?select=id,clients()&clients.name=eq.Apple&clients=not.is.null&order=id",
    expected: { status: 200, json: [{ id: 3 }, { id: 4 }] },
  },
  {
    request: "GET /projects?select=id,tasks()&tasks=is.null&order=id",
    headers: { prefer: "count=exact" },
    expected: { status: 200, json: [{ id: 4 }, { id: 5 }], headers: { "content-range": "0-1/2" } },
  },
  {
    request: "GET /projects?select=id,tasks(id),clients(id)&or=(tasks.not.is.null,clients.is.null)&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, tasks: [{ id: 1 }, { id: 2 }], clients: { id: 1 } },
        { id: 2, tasks: [{ id: 3 }, { id: 4 }], clients: { id: 1 } },
        { id: 3, tasks: [{ id: 5 }], clients: { id: 2 } },
        { id: 5, tasks: [], clients: null },
      ],
    },
  },
  {
    request: "GET /projects?select=id,clients(name)&order=clients(name),id.desc&limit=3",
    expected: {
      status: 200,
      json: [
        { id: 4, clients: { name: "Apple" } },
        { id: 3, clients: { name: "Apple" } },
        { id: 2, clients: { name: "Microsoft" } },
      ],
    },
  },
  {
    request: "GET /users?select=name,tasks(title)&id=eq.1&tasks.order=id",
    expected: { status: 200, json: [{ name: "Angela Martin", tasks: [{ title: "Design w7" }, { title: "Code w7" }] }] },
  },
  {
    request: "GET /users?select=id,profiles(bio)&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, profiles: { bio: "counts" } },
        { id: 2, profiles: { bio: "leads" } },
        { id: 3, profiles: null },
      ],
    },
  },
  {
    request: "GET /tasks?select=id,tasks(id)&id=eq.1",
    expected: { status: 200, json: [{ id: 1, tasks: [{ id: 2 }] }] },
  },
  {
    request: "GET /tasks?select=id,parent_id(id)&id=eq.2",
    expected: { status: 200, json: [{ id: 2, parent_id: { id: 1 } }] },
  },
  {
    request: "GET /messages?select=body,sender:users!sender(name),receiver:users!messages_receiver_fkey(name)&id=eq.1",
    expected: {
      status: 200,
      json: [{ body: "hi", sender: { name: "Angela Martin" }, receiver: { name: "Michael Scott" } }],
    },
  },
  {
    request: "GET /messages?select=users(name)",
    expected: {
      status: 300,
      json: problem("PGRST201")(
        "Could not embed because more than one relationship was found for 'messages' and 'users'",
        [
          {
            cardinality: "many-to-one",
            embedding: "messages with users",
            relationship: "messages_receiver_fkey using messages(receiver) and users(id)",
          },
          {
            cardinality: "many-to-one",
            embedding: "messages with users",
            relationship: "messages_sender_fkey using messages(sender) and users(id)",
          },
        ],
        "Try changing 'users' to one of the following: 'users!messages_receiver_fkey', 'users!messages_sender_fkey'. Find the desired relationship in the 'details' key.",
      ),
    },
  },
  {
    request: "GET /clients?select=user(name)",
    expected: {
      status: 400,
      json: problem("PGRST200")(
        "Could not find a relationship between 'clients' and 'user' in the schema cache",
        "Searched for a foreign key relationship between 'clients' and 'user' in the schema 'public', but no matches were found.",
      ),
    },
  },
  {
    request: "GET /projects?select=id,secrets(id)",
    expected: {
      status: 400,
      json: problem("PGRST200")(
        "Could not find a relationship between 'projects' and 'secrets' in the schema cache",
        "Searched for a foreign key relationship between 'projects' and 'secrets' in the schema 'public', but no matches were found.",
        "Perhaps you meant 'users' instead of 'secrets'.",
      ),
    },
  },
  {
    request: "GET /projects?select=id&clients.id=eq.1",
    expected: {
      status: 400,
      json: problem("PGRST108")(
        "'clients' is not an embedded resource in this request",
        null,
        "Verify that 'clients' is included in the 'select' query parameter.",
      ),
    },
  },
  {
    request: "GET /clients?select=id,projects(id)&order=projects(id)",
    expected: {
      status: 400,
      json: problem("PGRST118")(
        "A related order on 'projects' is not possible",
        "'clients' and 'projects' do not form a many-to-one or one-to-one relationship",
      ),
    },
  },
  {
    request: "GET /clients?select=id,...projects(project:name,tags)&projects.order=id.desc&projects.id=lt.4&order=id",
    expected: {
      status: 200,
      json: [
        { id: 1, project: ["Windows 10", "Windows 7"], tags: [["os"], ["os", "old"]] },
        { id: 2, project: ["IOS"], tags: [["os", "mobile, small"]] },
      ],
    },
  },
  {
    request: "GET /clients?select=id,...projects(name)&projects.id=eq.3&projects=is.null",
    expected: { status: 200, json: [{ id: 1, name: [] }] },
  },
  {
    request: "GET /clients?select=id,...projects!inner(name)&projects.id=eq.3",
    headers: { prefer: "count=exact" },
    expected: { status: 200, json: [{ id: 2, name: ["IOS"] }], headers: { "content-range": "0-0/1" } },
  },
  {
    request: "GET /projects?select=id,open_tasks(title),lead(name)&id=eq.3",
    expected: {
      status: 200,
      json: [{ id: 3, open_tasks: [{ title: "Design IOS" }], lead: { name: "Dwight Schrute" } }],
    },
  },
  {
    request: "GET /open_projects?select=name,clients(name),tasks(title)&order=id&limit=2",
    expected: {
      status: 200,
      json: [
        { name: "Windows 10", clients: { name: "Microsoft" }, tasks: [{ title: "Design w10" }, { title: "Code w10" }] },
        { name: "IOS", clients: { name: "Apple" }, tasks: [{ title: "Design IOS" }] },
      ],
    },
  },
  {
    request: "GET /clients?select=id,open_projects(id)&id=eq.1",
    expected: { status: 200, json: [{ id: 1, open_projects: [{ id: 2 }] }] },
  },
  {
    request: "GET /open_names?select=project,loud,tasks(id)&project=eq.3",
    expected: { status: 200, json: [{ project: 3, loud: "IOS", tasks: [{ id: 5 }] }] },
  },
  {
    request: "GET /clients?select=name,projects(count())&order=id",
    expected: {
      status: 200,
      json: [
        { name: "Microsoft", projects: [{ count: 2 }] },
        { name: "Apple", projects: [{ count: 2 }] },
      ],
    },
  },
  {
    request: "GET /clients?select=id,projects(id)&order=id",
    headers: { accept: "application/vnd.pgrst.array+json;nulls=stripped" },
    expected: {
      status: 200,
      json: [
        { id: 1, projects: [{ id: 1 }, { id: 2 }] },
        { id: 2, projects: [{ id: 3 }, { id: 4 }] },
      ],
    },
  },
  {
    request: "GET /clients?select=name,projects(count)&order=name",
    expected: {
      status: 200,
      json: [
        { name: "Apple", projects: [{ count: 2 }] },
        { name: "Microsoft", projects: [{ count: 2 }] },
      ],
    },
  },
  {
    request: "GET /projects?select=budget.sum(),...clients(client:name,clients:count())&order=clients(client)",
    expected: {
      status: 200,
      json: [
        { sum: 300, client: "Apple", clients: 2 },
        { sum: 300.5, client: "Microsoft", clients: 2 },
        { sum: null, client: null, clients: 0 },
      ],
    },
  },
  {
    request: "GET /tasks?select=...projects(...clients(name),n:id.max())&order=projects(n)",
    expected: { status: 400, json: problem("42703")("column projects_1.n does not exist") },
  },
  {
    request: "GET /tasks?select=...projects(...clients(client:name),highest:id.max())&project_id=not.is.null",
    expected: {
      status: 200,
      json: expect.arrayContaining([
        { client: "Microsoft", highest: 2 },
        { client: "Apple", highest: 3 },
      ]),
    },
  },
  {
    request: "GET /clients?select=name,...projects(budget.sum())",
    expected: {
      status: 400,
      json: problem("PGRST127")(
        "Feature not implemented",
        "Aggregates are not implemented for one-to-many or many-to-many spreads.",
      ),
    },
  },
  {
    request: "GET /projects?select=id,client:clients(name)&client=not.is.null&order=client(name),id&limit=1",
    expected: { status: 200, json: [{ id: 3, client: { name: "Apple" } }] },
  },
  {
    request: "GET /clients?select=name,projects(tasks())&order=name",
    expected: { status: 200, json: [{ name: "Apple" }, { name: "Microsoft" }] },
  },
  {
    request: "GET /clients?select=name,projects(id)&projects=eq.1",
    expected: {
      status: 400,
      json: problem("PGRST120")(
        "Bad operator on the 'projects' embedded resource",
        "Only is null or not is null filters are allowed on embedded resources",
      ),
    },
  },
];
