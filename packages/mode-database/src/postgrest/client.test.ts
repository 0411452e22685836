import { expect, it } from "@jest/globals";
import { PostgrestClient } from "@supabase/postgrest-js";
import { startPostgrest } from "../../test/postgrest-rig.ts";
import { describeDatabases } from "../../test/servers.ts";

// The client is as its authors publish it; what it cannot do, the dialect does wrongly.
describeDatabases(
  "the JavaScript client of PostgREST",
  (target) => {
    it("reads", async () => {
      await using rig = await startPostgrest(target, "plans: true");
      const client = new PostgrestClient(rig.url);
      const projects = () => client.from("projects");
      const ids = async (query: PromiseLike<{ data: unknown; error: unknown }>): Promise<unknown> => {
        const { data, error } = await query;
        expect(error).toBeNull();
        return (data as { id: number }[]).map(({ id }) => id);
      };

      expect(await client.from("clients").select()).toMatchObject({
        status: 200,
        error: null,
        data: [
          { id: 1, name: "Microsoft" },
          { id: 2, name: "Apple" },
        ],
      });
      expect(await ids(projects().select("id").eq("id", 1))).toEqual([1]);
      expect(await ids(projects().select("id").neq("id", 1).order("id"))).toEqual([2, 3, 4, 5]);
      expect(await ids(projects().select("id").gt("id", 3).order("id"))).toEqual([4, 5]);
      expect(await ids(projects().select("id").gte("id", 4).order("id"))).toEqual([4, 5]);
      expect(await ids(projects().select("id").lt("id", 2))).toEqual([1]);
      expect(await ids(projects().select("id").lte("id", 2).order("id"))).toEqual([1, 2]);
      expect(await ids(projects().select("id").like("name", "Windows%").order("id"))).toEqual([1, 2]);
      expect(await ids(projects().select("id").likeAllOf("name", ["%Win%", "%7"]))).toEqual([1]);
      expect(await ids(projects().select("id").likeAnyOf("name", ["%10", "%7"]).order("id"))).toEqual([1, 2]);
      expect(await ids(projects().select("id").ilike("name", "%os%").order("id"))).toEqual([3, 4]);
      expect(await ids(projects().select("id").ilikeAllOf("name", ["%win%", "%7"]))).toEqual([1]);
      expect(await ids(projects().select("id").ilikeAnyOf("name", ["ios", "osx"]).order("id"))).toEqual([3, 4]);
      expect(await ids(projects().select("id").is("client_id", null))).toEqual([5]);
      expect(await ids(projects().select("id").is("done", true))).toEqual([1]);
      expect(await ids(projects().select("id").in("name", ["IOS", "Windows 7"]).order("id"))).toEqual([1, 3]);
      expect(await ids(projects().select("id").contains("tags", ["old"]))).toEqual([1]);
      expect(
        await ids(
          projects()
            .select("id")
            .contains("data", { owner: { name: "Bob" } }),
        ),
      ).toEqual([2]);
      expect(await ids(projects().select("id").containedBy("tags", ["os", "old"]).order("id"))).toEqual([1, 2]);
      expect(await ids(projects().select("id").overlaps("tags", ["old", "x"]))).toEqual([1]);
      expect(await ids(projects().select("id").rangeGt("weeks", "[1,2)"))).toEqual([2]);
      expect(await ids(projects().select("id").rangeGte("weeks", "[5,6)"))).toEqual([2]);
      expect(await ids(projects().select("id").rangeLt("weeks", "[10,12)"))).toEqual([1]);
      expect(await ids(projects().select("id").rangeLte("weeks", "[1,10)"))).toEqual([1]);
      expect(await ids(projects().select("id").rangeAdjacent("weeks", "[10,12)"))).toEqual([1]);
      expect(await ids(projects().select("id").textSearch("name", "windows & 7"))).toEqual([1]);
      expect(
        await ids(
          projects().select("id").textSearch("name", "windows", { type: "plain", config: "english" }).order("id"),
        ),
      ).toEqual([1, 2]);
      expect(await ids(projects().select("id").textSearch("name", "ios", { type: "websearch" }))).toEqual([3]);
      expect(await ids(projects().select("id").match({ id: 2, name: "Windows 10" }))).toEqual([2]);
      expect(await ids(projects().select("id").not("id", "in", "(1,2,3)").order("id"))).toEqual([4, 5]);
      expect(await ids(projects().select("id").or("id.eq.1,name.eq.OSX").order("id"))).toEqual([1, 4]);
      expect(await ids(projects().select("id").filter("data->owner->>name", "eq", "Ann"))).toEqual([1]);
      expect(
        await ids(projects().select("id").order("client_id", { ascending: false, nullsFirst: false }).order("id")),
      ).toEqual([3, 4, 1, 2, 5]);
      expect(await ids(projects().select("id").order("id").limit(2))).toEqual([1, 2]);
      expect(await ids(projects().select("id").order("id").range(1, 3))).toEqual([2, 3, 4]);
    });

    it("counts, takes one row, and reads other forms", async () => {
      await using rig = await startPostgrest(target, "plans: true");
      const client = new PostgrestClient(rig.url);

      expect(await client.from("projects").select("*", { count: "exact", head: true })).toMatchObject({
        count: 5,
        data: null,
        status: 200,
      });
      expect(await client.from("projects").select("id", { count: "exact" }).limit(1)).toMatchObject({
        count: 5,
        status: 206,
      });
      expect((await client.from("projects").select("id", { count: "planned" })).count).toBeGreaterThan(0);
      expect((await client.from("projects").select("id", { count: "estimated" })).count).toBeGreaterThan(0);
      expect(await client.from("clients").select("name").eq("id", 1).single()).toMatchObject({
        data: { name: "Microsoft" },
        error: null,
      });
      expect(await client.from("clients").select().single()).toMatchObject({
        status: 406,
        data: null,
        error: { code: "PGRST116", details: "The result contains 2 rows" },
      });
      expect(await client.from("clients").select().eq("id", 9).maybeSingle()).toMatchObject({
        data: null,
        error: null,
      });
      expect(await client.from("clients").select().eq("id", 2).maybeSingle()).toMatchObject({
        data: { name: "Apple" },
      });
      expect(await client.from("clients").select().maybeSingle()).toMatchObject({ error: { code: "PGRST116" } });
      expect(await client.from("clients").select().order("id").csv()).toMatchObject({
        data: "id,name\n1,Microsoft\n2,Apple",
      });
      expect(await client.from("projects").select("id,budget").eq("id", 5).stripNulls()).toMatchObject({
        data: [{ id: 5 }],
      });
      expect((await client.from("projects").select().explain()).data).toContain("projects");
      expect(
        JSON.stringify((await client.from("projects").select().explain({ format: "json", analyze: true })).data),
      ).toContain("Plan");
      expect(await client.from("nowhere").select()).toMatchObject({ status: 404, error: { code: "PGRST205" } });
      await expect(client.from("clients").select("nope").throwOnError()).rejects.toMatchObject({ code: "42703" });
    });

    it("embeds", async () => {
      await using rig = await startPostgrest(target);
      const client = new PostgrestClient(rig.url);

      expect(
        await client
          .from("clients")
          .select("name, projects(id, tasks(title))")
          .eq("id", 2)
          .order("id", { referencedTable: "projects" }),
      ).toMatchObject({
        data: [
          {
            name: "Apple",
            projects: [
              { id: 3, tasks: [{ title: "Design IOS" }] },
              { id: 4, tasks: [] },
            ],
          },
        ],
      });
      expect(
        await client.from("projects").select("id, client:clients!inner(name)").eq("client.name", "Apple").order("id"),
      ).toMatchObject({
        data: [{ id: 3 }, { id: 4 }],
      });
      expect(
        await client.from("clients").select("id, projects(id)").limit(1, { referencedTable: "projects" }).eq("id", 1),
      ).toMatchObject({
        data: [{ id: 1, projects: [expect.anything()] }],
      });
      expect(
        await client
          .from("clients")
          .select("id, projects(id)")
          .eq("id", 1)
          .or("id.eq.2,id.eq.9", { referencedTable: "projects" }),
      ).toMatchObject({ data: [{ projects: [{ id: 2 }] }] });
      expect(await client.from("users").select("name, tasks(title)").eq("id", 3)).toMatchObject({
        data: [{ tasks: [{ title: "Design IOS" }] }],
      });
      expect(await client.from("projects").select("id, ...clients(client:name)").eq("id", 3).single()).toMatchObject({
        data: { id: 3, client: "Apple" },
      });
      expect(
        await client.from("projects").select("id, project_label, open_tasks(id)").eq("id", 3).single(),
      ).toMatchObject({
        data: { project_label: "3 IOS", open_tasks: [{ id: 5 }] },
      });
      expect(await client.from("messages").select("users(name)")).toMatchObject({
        status: 300,
        error: { code: "PGRST201" },
      });
    });

    it("writes", async () => {
      await using rig = await startPostgrest(target);
      const client = new PostgrestClient(rig.url);
      const clients = () => client.from("clients");

      expect(await clients().insert({ id: 10, name: "Ten" })).toMatchObject({ status: 201, data: null, error: null });
      expect(await clients().insert({ id: 11, name: "Eleven" }).select()).toMatchObject({
        data: [{ id: 11, name: "Eleven" }],
      });
      expect(
        await clients().insert(
          [
            { id: 12, name: "a" },
            { id: 13, name: "b" },
          ],
          { count: "exact" },
        ),
      ).toMatchObject({ count: 2 });
      expect(
        await client
          .from("items")
          .insert([{ id: 90 }, { id: 91, n: 1 }], { defaultToNull: false })
          .select("id,n"),
      ).toMatchObject({
        data: [
          { id: 90, n: 7 },
          { id: 91, n: 1 },
        ],
      });
      expect(await clients().insert({ id: 10, name: "x" })).toMatchObject({ status: 409, error: { code: "23505" } });
      expect(await clients().upsert({ id: 10, name: "X" }).select().single()).toMatchObject({
        status: 200,
        data: { id: 10, name: "X" },
      });
      expect(await clients().upsert({ id: 10, name: "no" }, { ignoreDuplicates: true }).select()).toMatchObject({
        data: [],
      });
      expect(await clients().upsert({ id: 14, name: "X" }, { onConflict: "name" }).select("id")).toMatchObject({
        data: [{ id: 14 }],
      });
      expect(await clients().update({ name: "XIV" }).eq("id", 14)).toMatchObject({ status: 204, error: null });
      expect(
        await clients().update({ name: "14" }, { count: "exact" }).eq("id", 14).select("name").single(),
      ).toMatchObject({
        data: { name: "14" },
        count: 1,
      });
      expect(await clients().update({ name: "many" }).gt("id", 10).select().single()).toMatchObject({
        error: expect.anything(),
      });
      expect(await clients().delete({ count: "exact" }).in("id", [12, 13])).toMatchObject({ status: 204, count: 2 });
      expect(await clients().delete().eq("id", 14).select()).toMatchObject({ data: [{ id: 14, name: "14" }] });
      expect(await clients().delete().eq("id", 11).select().rollback()).toMatchObject({ data: [{ id: 11 }] });
      expect(await clients().select("id").eq("id", 11)).toMatchObject({ data: [{ id: 11 }] });
      await clients().insert({ id: 15, name: "c" });
      // Its types know the method of version 13 only where they are told of it.
      const limited = clients().delete().gte("id", 10).maxAffected(1) as unknown as PromiseLike<unknown>;
      expect(await limited).toMatchObject({ error: { code: "PGRST124" } });
      expect(await clients().delete().eq("id", 1)).toMatchObject({ status: 409, error: { code: "23503" } });
    });

    it("calls functions, and chooses a schema", async () => {
      await using rig = await startPostgrest(target);
      const client = new PostgrestClient(rig.url);

      expect(await client.rpc("add", { a: 1, b: 2 })).toMatchObject({ data: 3, status: 200 });
      expect(await client.rpc("add", { a: 1 }, { get: true })).toMatchObject({ data: 11 });
      expect(await client.rpc("sum_all", { v: [1, 2] }, { get: true })).toMatchObject({ data: 3 });
      expect(await client.rpc("greet", {}, { head: true })).toMatchObject({ data: null, status: 200 });
      expect(
        await client.rpc("all_projects", {}, { count: "exact" }).select("id").lt("id", 3).order("id"),
      ).toMatchObject({
        data: [{ id: 1 }, { id: 2 }],
        count: 2,
      });
      expect(await client.rpc("project_by_id", { id: 2 }).single()).toMatchObject({ data: { name: "Windows 10" } });
      expect(await client.rpc("nothing")).toMatchObject({ status: 204, data: null, error: null });
      expect(await client.rpc("add", { c: 1 })).toMatchObject({ status: 404, error: { code: "PGRST202" } });
      expect(await client.rpc("raise_plain")).toMatchObject({
        status: 400,
        error: { code: "P0001", message: "no luck" },
      });
      expect(await client.schema("api").from("notes").select()).toMatchObject({ data: [{ id: 1, text: "in api" }] });
      expect(await client.schema("api").rpc("hello")).toMatchObject({ data: "from api" });
      expect(await client.schema("hidden").from("secrets").select()).toMatchObject({
        status: 406,
        error: { code: "PGRST106" },
      });
    });
  },
  ["postgresql"],
);
