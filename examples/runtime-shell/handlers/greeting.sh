#!/bin/sh
# Answers with JSON; what clients send is quoted by whoever can: here letters are all that is taken.
case $REQUEST_PARAM_NAME in
  *[!A-Za-z]*) echo '{"status": 400, "body": {"error": "letters only"}}' ;;
  *) echo "{\"hello\": \"$REQUEST_PARAM_NAME\", \"method\": \"$REQUEST_METHOD\"}" ;;
esac
