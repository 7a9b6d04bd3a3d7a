/* Jansson's loops, for cppcheck, which reads no header of a library. */
#define json_array_foreach(array, i, v)                                                            \
	for (i = 0; i < json_array_size(array) && (v = json_array_get(array, i)); i++)
#define json_object_foreach(object, key, v)                                                        \
	for (key = json_key_of(object); key && (v = json_value_of(object, key));                       \
	     key = json_next_of(key))
