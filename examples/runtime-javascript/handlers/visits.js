/** Counts how often each page was asked for, for as long as the server runs. */
export default async function visits(request, { state }) {
  const { page } = request.params;
  return { page, visits: await state.increment(page) };
}
