#!/usr/bin/env bash
cat "$1" | head -3
