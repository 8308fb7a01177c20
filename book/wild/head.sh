seq 1000000 | head -n 1
