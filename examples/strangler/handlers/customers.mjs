/** The old system shouts; clients of today need not know. */
export default function customers(response) {
  return { ...response, body: response.body.map(({ CUST_NO, CUST_NAME }) => ({ id: CUST_NO, name: CUST_NAME })) };
}
