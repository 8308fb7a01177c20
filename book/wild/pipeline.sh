seq 20 | grep 1 | wc -l
