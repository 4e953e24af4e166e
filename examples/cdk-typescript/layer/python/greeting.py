def greet():
    return "hello from the layer"
